#include "cargo.hpp"

#include <fstream>
#include <iomanip>
#include <memory>
#include <openssl/evp.h>
#include <sstream>
#include <stdexcept>
#include <vector>
#include <zlib.h>

std::string digest(const std::string &content) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), bytes, &length, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("there is no SHA-256");
  std::ostringstream text;
  for (unsigned int at = 0; at < length; ++at) text << std::hex << std::setw(2) << std::setfill('0') << int(bytes[at]);
  return text.str();
}

unsigned long compressed_size(const std::string &content) {
  uLongf length = compressBound(content.size());
  std::vector<Bytef> target(length);
  if (compress(target.data(), &length, reinterpret_cast<const Bytef *>(content.data()), content.size()) != Z_OK)
    throw std::runtime_error("not enough memory");
  return length;
}

std::string read_file(const std::filesystem::path &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(file), {});
}
