// The web pages: read into memory once at the start (they are a few hundred kilobytes), so that answering
// never touches the disk. A path is looked up among the names that were found, so nothing outside the
// folder can be reached by any spelling.
//
// Files under /assets/ carry a hash of their content in their names (the bundler's doing) and may be kept
// for ever; everything else is asked for again, and answered 304 when unchanged. A file beside which
// `.br` or `.gz` stands is sent in that form to whoever accepts it. A page's worker, "…-worker.js", may ask
// this server for files; every other file that is no page may do nothing at all.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "api/message.hpp"

namespace circled::net {

class StaticFiles {
 public:
  // `file` views the bytes in memory that are the answer's body; when it is empty, head.body is.
  struct Answer {
    api::Response head;
    std::string_view file;
  };

  // An empty `folder`, or one that is not there, serves a page that says so.
  // Errors: invalid (web): the folder cannot be read, or holds more than 64 MB and is some other folder.
  static Result<StaticFiles> load(const std::filesystem::path& folder);

  // Any request; the Answer is valid as long as this object.
  Answer answer(const api::Request& request) const;

  std::size_t size() const { return files_.size(); }

 private:
  struct Form {
    std::string bytes;
    std::string etag;  // with its quotes; each form has its own
  };
  struct File {
    std::string_view content_type;
    bool immutable = false;
    bool worker = false;  // a script that runs by itself, under the policy it came with
    Form plain, br, gz;   // an empty etag: there is no such form
  };

  const File* find(std::string_view path) const;
  Answer send(const File& file, const api::Request& request) const;

  std::map<std::string, File, std::less<>> files_;  // by path, with the leading slash
};

// True when `header` (Accept-Encoding, RFC 9110 §12.5.3) accepts `coding`, by name or by "*".
bool accepts_coding(std::string_view header, std::string_view coding);

// True when `etag` stands in `header` (If-None-Match: a list or "*"), compared weakly.
bool matches_etag(std::string_view header, std::string_view etag);

}  // namespace circled::net
