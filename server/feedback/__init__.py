"""The parents' voice: the links that teachers hand out, and what families answer on them."""
