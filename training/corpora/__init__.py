"""What the model learns from: a module a corpus, each with ``read(folder)`` that gives its documents.

``folder`` is the corpus's own folder. A corpus marks only some of what the model is to find: what it does not mark is
not absent, it has not been judged. A text that occurs twice in a corpus is read once.
"""
