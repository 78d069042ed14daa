#include "net/static_files.hpp"

#include <fstream>
#include <optional>

#include "base/token.hpp"
#include "net/text.hpp"

namespace circled::net {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_bytes = 64 * 1024 * 1024;

std::string_view type_of(std::string_view path) {
  struct Type {
    std::string_view ending, type;
  };
  static constexpr Type types[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".woff", "font/woff"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
      {".xml", "application/xml"},
  };
  for (const Type& t : types) {
    if (path.ends_with(t.ending)) return t.type;
  }
  return "application/octet-stream";
}

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  std::string bytes;
  char block[16 * 1024];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    bytes.append(block, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) return {};
  return bytes;
}

// "%20" → " ". Nothing for an escape that is none.
std::optional<std::string> decode_path(std::string_view path) {
  auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
  };
  std::string decoded;
  decoded.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    if (path.size() - i < 3) return {};
    const int high = digit(path[i + 1]);
    const int low = digit(path[i + 2]);
    if (high < 0 || low < 0) return {};
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

Error unreadable(const fs::path& path, std::string_view why) {
  return invalid("web", "web_folder",
                 "The folder of web pages, " + path.string() + ", " + std::string(why) +
                     " Name the built one with --web, or leave it out to serve the API alone.");
}

constexpr std::string_view not_built_page =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Circled</title></head><body>\n"
    "<h1>Circled is running</h1>\n"
    "<p>The web pages are not built on this machine. The API answers under <code>/api/v1</code>; "
    "its description is at <a href=\"/api/docs\">/api/docs</a>.</p>\n</body></html>\n";

constexpr std::string_view not_found_page =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Not found</title></head><body>\n"
    "<h1>There is no such page</h1>\n<p><a href=\"/\">Go to the first page</a></p>\n</body></html>\n";

// The product's pages: a path each, and the file that is the page.
constexpr std::pair<std::string_view, std::string_view> pages[] = {{"/", "/index.html"},
                                                                   {"/app", "/app.html"},
                                                                   {"/kiosk", "/kiosk.html"},
                                                                   {"/help", "/help.html"},
                                                                   {"/answer", "/answer.html"}};

StaticFiles::Answer html(int status, std::string_view page) {
  StaticFiles::Answer answer;
  answer.head.status = status;
  answer.head.content_type = "text/html; charset=utf-8";
  answer.head.headers.emplace_back("Cache-Control", "no-cache");
  answer.file = page;
  return answer;
}

bool wants_html(const api::Request& request) {
  return request.header("Accept").find("text/html") != std::string_view::npos;
}

}  // namespace

bool accepts_coding(std::string_view header, std::string_view coding) {
  bool any = false;
  while (!header.empty()) {
    std::string_view entry = cut(header, ',');
    const std::string_view name = trim(cut(entry, ';'));
    const std::string_view weight = trim(entry);
    // "q=0", "q=0.", "q=0.000": refused by name.
    const bool refused = weight.size() >= 3 && lower(weight[0]) == 'q' && weight[1] == '=' &&
                         weight.substr(2).find_first_not_of("0.") == std::string_view::npos;
    if (same_word(name, coding)) return !refused;
    if (name == "*") any = !refused;
  }
  return any;
}

bool matches_etag(std::string_view header, std::string_view etag) {
  while (!header.empty()) {
    std::string_view entry = trim(cut(header, ','));
    if (entry == "*") return true;
    if (entry.starts_with("W/")) entry.remove_prefix(2);
    if (entry == etag) return true;
  }
  return false;
}

Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
  StaticFiles result;
  std::error_code ec;
  if (folder.empty() || !fs::exists(folder, ec)) return result;
  if (!fs::is_directory(folder, ec)) return unreadable(folder, "is not a folder.");

  std::size_t total = 0;
  fs::recursive_directory_iterator walk(folder, ec);
  if (ec) return unreadable(folder, "cannot be read: " + ec.message() + ".");
  for (const fs::recursive_directory_iterator end; walk != end; walk.increment(ec)) {
    if (ec) return unreadable(folder, "cannot be read: " + ec.message() + ".");
    // A link may lead anywhere; the bundler makes none.
    if (walk->is_symlink(ec) || !walk->is_regular_file(ec)) continue;
    std::string path = "/" + walk->path().lexically_relative(folder).generic_string();
    total += static_cast<std::size_t>(walk->file_size(ec));
    if (ec || total > most_bytes)
      return unreadable(folder, "holds more than 64 MB, so it is something else.");
    auto bytes = read_file(walk->path());
    if (!bytes) return unreadable(folder, "holds a file that cannot be read: " + path + ".");

    Form File::*form = &File::plain;
    std::string tag;
    if (path.ends_with(".br") || path.ends_with(".gz")) {
      form = path.ends_with(".br") ? &File::br : &File::gz;
      tag = path.substr(path.size() - 2);
      path.resize(path.size() - 3);
    }
    File& file = result.files_[path];
    (file.*form).etag = "\"" + sha256(*bytes).substr(0, 32) + tag + "\"";
    (file.*form).bytes = std::move(*bytes);
    file.content_type = type_of(path);
    file.immutable = path.starts_with("/assets/");
    file.worker = path.ends_with("-worker.js");
  }
  // A compressed file without its original cannot be sent to everybody, so it is not there for anybody.
  std::erase_if(result.files_, [](const auto& entry) { return entry.second.plain.etag.empty(); });
  return result;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
  const auto decoded = decode_path(path);
  if (!decoded) return nullptr;
  std::string_view name = *decoded;
  for (const auto& [page, file] : pages) {
    if (name == page) name = file;
  }
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

StaticFiles::Answer StaticFiles::send(const File& file, const api::Request& request) const {
  const std::string_view codings = request.header("Accept-Encoding");
  const Form* form = &file.plain;
  std::string_view coding;
  if (!file.br.etag.empty() && accepts_coding(codings, "br")) {
    form = &file.br;
    coding = "br";
  } else if (!file.gz.etag.empty() && accepts_coding(codings, "gzip")) {
    form = &file.gz;
    coding = "gzip";
  }
  Answer answer;
  answer.head.content_type = file.content_type;
  answer.head.headers.emplace_back("ETag", form->etag);
  answer.head.headers.emplace_back("Cache-Control",
                                   file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.worker)
    answer.head.headers.emplace_back("Content-Security-Policy",
                                     "default-src 'none'; connect-src 'self'; frame-ancestors 'none'");
  if (!file.br.etag.empty() || !file.gz.etag.empty())
    answer.head.headers.emplace_back("Vary", "Accept-Encoding");
  if (matches_etag(request.header("If-None-Match"), form->etag)) {
    answer.head.status = 304;
    return answer;
  }
  if (!coding.empty()) answer.head.headers.emplace_back("Content-Encoding", coding);
  answer.file = form->bytes;
  return answer;
}

StaticFiles::Answer StaticFiles::answer(const api::Request& request) const {
  const std::string_view path = request.path();
  Answer answer;
  if (request.method != api::Method::get && request.method != api::Method::head) {
    answer.head = api::problem(
        {ErrorKind::method_not_allowed, "method_not_allowed", "A page can only be fetched.", {}, {}, 0},
        request.id);
    answer.head.headers.emplace_back("Allow", "GET, HEAD");
  } else if (const File* file = find(path)) {
    answer = send(*file, request);
  } else if (path == "/" || path == "/app") {
    answer = html(200, not_built_page);
  } else if (wants_html(request)) {
    answer = html(404, not_found_page);
  } else {
    answer.head = api::problem(not_found("page"), request.id);
  }
  answer.head.route = "static";
  return answer;
}

}  // namespace circled::net
