# Sources of this layer, added to its library.
