"""What the officials' pages are made of: queues and menu, the case beside a task, the page of each kind of task."""
