"""Limits how much one person or one address may ask: everybody shares one budget."""
