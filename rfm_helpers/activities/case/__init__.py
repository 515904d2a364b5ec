"""A customer's case sorted and matched."""
