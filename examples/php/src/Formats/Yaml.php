<?php

declare(strict_types=1);

namespace Buoys\Formats;

use Symfony\Component\Yaml\Yaml as YamlWriter;

final class Yaml
{
    public const TYPE = 'text/yaml';

    public function write(array $buoys): string
    {
        return YamlWriter::dump($buoys);
    }
}
