// The server's local admin socket: `admin.sock` in the data folder, mode 0600, so whoever may read the
// data may use it and nobody else. One request a connection, one JSON object a line:
//
//   → {"command":"list_accounts"}
//   ← {"progress":"…"}                 any number
//   ← {"done":{…}}  or  {"error":{"code":…,"detail":…,"errors":[…]}}
#pragma once
#include <filesystem>
#include <memory>

#include "app/admin.hpp"

namespace circled::app {

// Serves on a thread of its own, one request after the other, until destroyed.
class AdminSocket {
 public:
  // A socket that an earlier server left behind is replaced: the folder's lock is ours by now.
  // Throws StartError. `context` outlives this.
  AdminSocket(const std::filesystem::path& path, const AdminContext& context);
  ~AdminSocket();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The other side: sends one request to the server at `path`, blocks until it is done.
// Errors: those of the operation. Throws StartError when nobody answers.
Result<json::value> ask_server(const std::filesystem::path& path, const json::object& request,
                               const Progress& progress);

}  // namespace circled::app
