"""What a customer is worth: points and classes, what recruits bring, who stays."""
