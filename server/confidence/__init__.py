"""What a family reports in confidence: the five 不准 and other matters of 师德. Nobody but its handlers knows that it exists."""
