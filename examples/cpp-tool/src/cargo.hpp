#pragma once

#include <filesystem>
#include <string>

/// The SHA-256 of some bytes, in hexadecimal.
std::string digest(const std::string &content);

/// How many bytes are left of some bytes when they are compressed.
unsigned long compressed_size(const std::string &content);

/// All of a file. Throws where it cannot be read.
std::string read_file(const std::filesystem::path &path);
