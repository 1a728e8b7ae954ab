/* What this build calls itself. */
#pragma once

#define FAULTLINE_VERSION "0.1.0"
