#include "app/commands.hpp"
namespace circled::app {
int demo(const std::filesystem::path&, std::uint64_t, std::optional<Date>) { throw StartError("demo: later"); }
}  // namespace circled::app
