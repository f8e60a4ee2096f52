<?php

declare(strict_types=1);

namespace Buoys;

use DateTimeImmutable;
use DateTimeZone;
use FastRoute\Dispatcher;
use FastRoute\RouteCollector;
use Monolog\Handler\StreamHandler;
use Monolog\Logger;
use Twig\Environment;
use Twig\Loader\FilesystemLoader;

use function FastRoute\simpleDispatcher;

/** Buoys of a harbour: a page, and the same as a file in several formats. */
final class Office
{
    private array $buoys;
    private Environment $views;
    private Logger $log;

    public function __construct(string $folder)
    {
        $this->buoys = json_decode(file_get_contents("$folder/data/buoys.json"), true, flags: JSON_THROW_ON_ERROR);
        $this->views = new Environment(new FilesystemLoader("$folder/views"));
        $this->log = new Logger('buoys', [new StreamHandler('php://stderr')]);
    }

    public function answer(string $method, string $path): void
    {
        $dispatcher = simpleDispatcher(static function (RouteCollector $routes): void {
            $routes->get('/', 'index');
            $routes->get('/buoys/{id:\d+}', 'buoy');
            $routes->get('/buoys.{format:csv|json|yaml}', 'table');
            $routes->get('/healthz', 'health');
        });
        $route = $dispatcher->dispatch($method, $path);
        $this->log->info("$method $path");
        match ($route[0]) {
            Dispatcher::FOUND => $this->{$route[1]}(...$route[2]),
            Dispatcher::METHOD_NOT_ALLOWED => http_response_code(405),
            default => http_response_code(404),
        };
    }

    private function index(): void
    {
        echo $this->views->render('index.html.twig', ['buoys' => $this->buoys]);
    }

    private function buoy(string $id): void
    {
        $buoy = $this->buoys[$id] ?? null;
        if ($buoy === null) {
            http_response_code(404);
            return;
        }
        $since = (new DateTimeImmutable($buoy['since']))->setTimezone(new DateTimeZone('Europe/Berlin'));
        echo $this->views->render('buoy.html.twig', ['buoy' => $buoy, 'since' => $since->format('d.m.Y H:i T')]);
    }

    /** Which class writes a format is found by the format's name. */
    private function table(string $format): void
    {
        $writer = 'Buoys\\Formats\\' . ucfirst($format);
        header('Content-Type: ' . $writer::TYPE);
        echo (new $writer())->write($this->buoys);
    }

    private function health(): void
    {
        echo 'fine';
    }
}
