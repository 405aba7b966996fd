using ServerlessMcp.Local.Emulator;
using ServerlessMcp.Tests.Fakes;

namespace ServerlessMcp.Tests.Local.Emulator;

public sealed class BoundedLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_that_cannot_be_written_is_counted_and_ends_nothing()
    {
        var (inTheWay, path) = (_folder.File("emulator"), Path.Combine(_folder.File("emulator"), "emulator.log"));
        File.WriteAllText(inTheWay, "a file where the folder should be");
        using (var log = new BoundedLog(path))
        {
            log.Write("one");
            log.Write("two");
            File.Delete(inTheWay);
            log.Write("three");
        }

        Assert.Equal(["(2 lines could not be written)", "three"], File.ReadAllLines(path));
    }
}
