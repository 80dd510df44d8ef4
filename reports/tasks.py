"""Work for the worker; see records.tasks."""
