"""Who is this report's agency: regions with their history, kinds of agencies, and finding an agency by its name."""
