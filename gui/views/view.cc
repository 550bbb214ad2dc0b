#include "gui/views/view.h"
