using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Emulator;

/// <summary>A log file that never takes more than two times <paramref name="maxBytes"/>: the full one is moved to <c>.1</c>.</summary>
internal sealed class BoundedLog(string path, long maxBytes = 1_000_000) : IDisposable
{
    private readonly Lock _lock = new();
    private StreamWriter? _writer;

    public string Path { get; } = path;

    public void Write(string line)
    {
        lock (_lock)
        {
            _writer ??= Open();
            _writer.WriteLine(line);
            _writer.Flush();
            if (_writer.BaseStream.Position > maxBytes)
            {
                _writer.Dispose();
                _writer = null;
                File.Move(Path, Path + ".1", overwrite: true);
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _writer?.Dispose();
            _writer = null;
        }
    }

    private StreamWriter Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        return new(new FileStream(Path, PrivateFile.Options(FileMode.Append)));
    }
}
