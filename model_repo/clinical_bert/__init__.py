"""The clinical BERT model: text in, findings out. Tokenizer, windows, labels and decoding stay with the weights."""
