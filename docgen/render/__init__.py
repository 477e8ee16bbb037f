"""印：稿与签封 → HTML、PDF、DOCX。"""
