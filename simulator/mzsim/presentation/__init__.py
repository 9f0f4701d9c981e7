"""What people and programs are shown: tables, JSON, pages; BSN and names masked unless asked otherwise."""
