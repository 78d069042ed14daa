// The words of the command line and their arguments; what each does stands in commands.hpp.
#pragma once

namespace circled::app {

// Answers the exit code: 0 done, 1 `verify` found something wrong, 2 refused or not possible, with one
// line on stderr that names the thing and the remedy.
int command_line(int argc, char** argv);

}  // namespace circled::app
