using System.Text;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Emulator;

/// <summary>A log file that never takes more than two times <paramref name="maxBytes"/>: the full one is moved to <c>.1</c>.</summary>
internal sealed class BoundedLog(string path, long maxBytes = 1_000_000) : IDisposable
{
    private readonly Lock _lock = new();
    private FileStream? _file;
    private int _lost;

    public string Path { get; } = path;

    /// <summary>A full disk ends nothing: it is called on a thread whose exceptions would end the server. What was lost is told later.</summary>
    public void Write(string line)
    {
        lock (_lock)
        {
            try
            {
                Append(line);
            }
            catch (Exception unwritten) when (unwritten is IOException or UnauthorizedAccessException)
            {
                _lost++;
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Append(string line)
    {
        _file ??= Open();
        var text = _lost > 0 ? $"({_lost} lines could not be written)\n{line}\n" : line + "\n";
        _file.Write(Encoding.UTF8.GetBytes(text)); // Unbuffered: what failed is not tried again while closing.
        _lost = 0;
        if (_file.Position > maxBytes)
        {
            _file.Dispose();
            _file = null;
            File.Move(Path, Path + ".1", overwrite: true);
        }
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var options = PrivateFile.Options(FileMode.Append);
        options.BufferSize = 0;
        return new(Path, options);
    }
}
