<?php

declare(strict_types=1);

use Symfony\Component\Process\Process;

require __DIR__ . '/../vendor/autoload.php';

$answer = new Process(['curl', '--fail', 'http://localhost:8000/healthz']);
exit($answer->run());
