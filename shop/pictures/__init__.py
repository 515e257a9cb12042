"""Pictures: taken in clean, made small on upload, shown in the size that a screen needs.

django-pictures keeps the files. Ours is what may come in (uploads), how it is encoded (renditions), and what stays in
view where a frame is narrower than the picture (focus).
"""
