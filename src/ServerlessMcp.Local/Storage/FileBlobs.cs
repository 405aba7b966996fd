using ServerlessMcp.Executions;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Local.Access;

namespace ServerlessMcp.Local.Storage;

/// <summary>Blobs as files of a folder, for this user alone.</summary>
/// <remarks>
/// A file is written beside, brought to the disk and only then moved. The move comes to the disk with the next write of the table, which
/// syncs the journal of the same file system; were it lost all the same, the blob would count as gone, never as something else.
/// The folder is made at once. If it is missing later, its blobs are away, not gone.
/// </remarks>
internal sealed class FileBlobs : IBlobs
{
    private readonly string _folder;

    public FileBlobs(string folder)
    {
        _folder = folder;
        PrivateFile.CreateFolder(folder);
    }

    public async Task PutAsync(string key, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        var path = PathOf(key);
        var beside = $"{path}.{Ids.New("new")}";
        try
        {
            CheckFolder();
            CreateFolders(key);
            await using (var stream = new FileStream(beside, PrivateFile.Options(FileMode.CreateNew)))
            {
                await stream.WriteAsync(json, cancellationToken);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(failure);
        }
    }

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        BlobKeys.Check(key);
        try
        {
            CheckFolder();
            return await File.ReadAllBytesAsync(PathOf(key), cancellationToken);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(failure);
        }
    }

    /// <summary>Frees the room of what was last put before <paramref name="edge"/>, and of what a crash left unfinished by then.</summary>
    /// <exception cref="TableUnavailableException">The folder cannot be read or written.</exception>
    public void DropUntouchedSince(DateTimeOffset edge)
    {
        try
        {
            CheckFolder();
            foreach (var file in Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).ToList())
            {
                if (File.GetLastWriteTimeUtc(file) < edge.UtcDateTime)
                {
                    File.Delete(file);
                    DropEmpty(Path.GetDirectoryName(file)!);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unavailable(failure);
        }
    }

    private void DropEmpty(string folder)
    {
        for (var at = folder; at != _folder && !Directory.EnumerateFileSystemEntries(at).Any(); at = Path.GetDirectoryName(at)!)
        {
            Directory.Delete(at);
        }
    }

    private void CheckFolder()
    {
        if (!Directory.Exists(_folder))
        {
            throw new TableUnavailableException($"The folder of blobs {_folder} is not there.");
        }
    }

    private void CreateFolders(string key)
    {
        var at = _folder;
        foreach (var part in key.Split('/')[..^1])
        {
            at = Path.Combine(at, part);
            PrivateFile.CreateFolder(at);
        }
    }

    private string PathOf(string key) => Path.Combine([_folder, .. key.Split('/')]);

    private TableUnavailableException Unavailable(Exception failure) =>
        new($"The folder of blobs {_folder} cannot be used: {failure.Message}", failure);
}
