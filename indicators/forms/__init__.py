"""What people type, checked before the models' verbs get it."""
