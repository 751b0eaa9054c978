"""`scripts/soak`: reading at random for hours over a bad link, watched for wrong greens, growth and stuck sessions."""
