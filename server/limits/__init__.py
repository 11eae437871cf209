"""How often something may be tried, by whoever it is: counted in the database, so that every process counts alike."""
