<?php

declare(strict_types=1);

use Buoys\Office;

// What lies here and is no script, the server gives itself.
if (is_file(__DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH))) {
    return false;
}

require __DIR__ . '/../vendor/autoload.php';

(new Office(dirname(__DIR__)))->answer($_SERVER['REQUEST_METHOD'], parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
