// The whole server, wired: the one place that knows every room. Starts in the order of the members below
// and stops in the reverse of it: first the sockets, then the parts that act by themselves, last the store.
#pragma once
#include <cstdint>
#include <memory>

#include "app/options.hpp"

namespace circled::app {

class App {
 public:
  // Takes the data folder, opens the database, reads certificate and pages, and listens: clients queue up
  // from here on. Throws StartError or store::OpenError.
  explicit App(const Options& options);
  ~App();
  App(const App&) = delete;

  // "http://127.0.0.1:8080", with the port it got.
  const std::string& address() const;

  // Serves until stop(); then everything that was accepted has been answered or dropped after its time.
  void run();
  // Any thread, any number of times. SIGTERM and SIGINT do the same; a second one kills.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace circled::app
