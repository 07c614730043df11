"""The words of this car: names and phrases that become recognisable while the service runs.

A Vosk model knows the words it was built with. Its graph is two files: HCLr.fst (sounds to words,
fixed) and Gr.fst (which words follow each other). Contacts, places, the phrases of a new skill and
what is on the screen are written into a copy of Gr.fst. A word that the model has never heard of is
spelled with the model's sound words ("#K", "#AE", ...: one for each phone).
"""
