"""`python -m tests.minimal`: what each role is granted, against what it asks for."""
