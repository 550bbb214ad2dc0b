// Nothing of its own: the Qt headers that all libraries of the desktop share are compiled with it.
