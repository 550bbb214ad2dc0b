#include "sim/flow/flow_network.h"

#include <catch2/catch.hpp>
