"""What others have recorded, brought in row by row, as work that goes on in the background."""
