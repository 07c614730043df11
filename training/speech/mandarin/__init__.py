"""The Mandarin ears: text, pronunciations and voices; the rest of the recipe is shared."""
