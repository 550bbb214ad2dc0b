// The precompiled header of the scenario is made with this file.
