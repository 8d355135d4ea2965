"""What is asked after an infusion, behind a link of its own: which scales, in which order, and what they came to."""
