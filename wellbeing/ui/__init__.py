"""The only Streamlit code outside pages: frame, session, forms, messages."""
