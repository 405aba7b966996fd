using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessMcp.Local.Storage;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Local.Access;

/// <summary><c>keys.json</c>: the two keys of the first start, in plain, for this user's clients.</summary>
internal sealed record LocalKeys(string Agent, string Operator);

/// <summary><c>server.json</c>, while a server runs: where it is, and where the proxy of its sandbox is.</summary>
/// <param name="Url">With <c>/mcp</c>.</param>
internal sealed record RunningServer(int ProcessId, string Url, string Mode, ProxyAddress? Proxy = null);

/// <param name="Control">Takes rules and gives records, with <paramref name="Secret"/> in <c>X-Smcp-Secret</c>.</param>
internal sealed record ProxyAddress(string Endpoint, string Control, string Secret);

/// <summary>What stands in the data folder beside the database.</summary>
internal sealed class LocalFiles(string dataFolder)
{
    public string Database { get; } = Path.Combine(dataFolder, "smcp.db");

    /// <summary>A folder.</summary>
    public string Blobs { get; } = Path.Combine(dataFolder, "blobs");

    public string KeysPath { get; } = Path.Combine(dataFolder, "keys.json");

    /// <summary>What the keys' hashes are made with. Without it none of them opens.</summary>
    public string PepperPath { get; } = Path.Combine(dataFolder, "pepper");

    public string ServerPath { get; } = Path.Combine(dataFolder, "server.json");

    public bool HasPepper => File.Exists(PepperPath);

    /// <returns>Null when the file is missing or cut off.</returns>
    public Peppers? Pepper() => HasPepper ? Peppers.Parse(File.ReadAllText(PepperPath).Trim()) : null;

    public void Keep(Peppers peppers) => PrivateFile.Write(PepperPath, peppers.Reveal() + "\n");

    public LocalKeys? Keys() => Read(KeysPath, LocalFilesJson.Default.LocalKeys);

    public void Keep(LocalKeys keys) => PrivateFile.Write(KeysPath, JsonSerializer.Serialize(keys, LocalFilesJson.Default.LocalKeys));

    /// <summary>Keeps a key in place of the one with this id, if that is one of the two here.</summary>
    public void Replace(string oldId, string key)
    {
        if (Keys() is { } keys)
        {
            var (agent, person) = (Is(keys.Agent) ? key : keys.Agent, Is(keys.Operator) ? key : keys.Operator);
            if ((agent, person) != (keys.Agent, keys.Operator))
            {
                Keep(new LocalKeys(agent, person));
            }
        }

        bool Is(string one) => one.Contains($"_{oldId}_", StringComparison.Ordinal);
    }

    /// <summary>Null when no server runs on this folder: after a kill, the operator's key must not be shown to whoever has the port now.</summary>
    public RunningServer? Server() =>
        Read(ServerPath, LocalFilesJson.Default.RunningServer) is { } server && IsAlive(server.ProcessId) && DatabaseLock.IsHeld(Database) ? server : null;

    public void Keep(RunningServer server) => PrivateFile.Write(ServerPath, JsonSerializer.Serialize(server, LocalFilesJson.Default.RunningServer));

    public void ForgetServer() => File.Delete(ServerPath);

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false; // Killed: it could not take its file away.
        }
    }

    private static T? Read<T>(string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllText(path), type) : null;
        }
        catch (JsonException)
        {
            return null; // Not ours, or cut off: as if it were not there.
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LocalKeys))]
[JsonSerializable(typeof(RunningServer))]
internal sealed partial class LocalFilesJson : JsonSerializerContext;
