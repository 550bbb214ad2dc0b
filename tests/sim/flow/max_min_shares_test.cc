#include "sim/flow/max_min_shares.h"

#include <catch2/catch.hpp>

#include "sim/core/random.h"

using namespace headroom;

TEST_CASE("a placeholder", "[shares]") { CHECK(MaxMinShares().links() == 0); }
