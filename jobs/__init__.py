"""The worker: schedules, and tasks that survive a crash."""
