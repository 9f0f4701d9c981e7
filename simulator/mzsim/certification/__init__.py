"""Grading a vendor's software: a pack of declarations and retours, and what is wrong with how it booked them."""
