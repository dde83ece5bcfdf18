"""Starlette routes and middleware beside Streamlit: sign-in, downloads, headers."""
