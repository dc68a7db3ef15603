"""What IAM allows: every request of a user or role passes the gate."""
