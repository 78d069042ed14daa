#include "app/command_line.hpp"
#include "base/memory.hpp"

int main(int argc, char** argv) {
  circled::keep_freed_memory();
  return circled::app::command_line(argc, argv);
}
